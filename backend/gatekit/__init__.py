"""What a gate without network needs: a verifier that knows nothing of Linli but its public keys."""
