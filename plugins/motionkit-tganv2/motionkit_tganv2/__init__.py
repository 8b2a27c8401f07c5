"""TGANv2: large clips trained sparsely, on ever fewer frames of ever larger pictures."""
