"""Pure decisions of the field: values in, answers out. No clock, no input or output, standard library only."""
