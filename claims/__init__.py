"""GAN Claims, the judging half: documented assertions, how each is tested, and the verdict."""
