"""GAN Claims, the training half: specifications, data, networks, methods, training, measurement."""

__version__ = "0.1.0"
