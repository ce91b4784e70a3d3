"""How staff prove who they are: passwords, second factors, sessions, and what each may do where."""
