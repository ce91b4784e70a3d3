"""How a model is judged before anybody is answered by it: on sentences that nobody is trained on."""
