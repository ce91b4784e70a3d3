"""How much the product carries, against what the machine could carry at best."""
