"""Words in danger: doubted, told of, said while help is on its way."""
