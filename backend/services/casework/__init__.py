"""What the desk and its field people do with a case besides moving it: one module for each thing that is done."""
