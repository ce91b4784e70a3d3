"""What a line does in the middle of a talk, as learnt from thousands of lines, where no reviewed word settles it."""
