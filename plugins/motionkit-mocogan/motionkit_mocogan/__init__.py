"""MoCoGAN for motionkit (Tulyakov et al., *MoCoGAN: Decomposing Motion and Content for Video Generation*, CVPR 2018)."""
