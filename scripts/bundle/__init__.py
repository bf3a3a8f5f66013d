"""How each file of the bundle is made; ``scripts/build_bundle.py`` runs it all."""
