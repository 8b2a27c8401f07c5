"""MoCoGAN for motionkit (Tulyakov et al., *MoCoGAN: Decomposing Motion and Content for Video Generation*, 2018)."""
