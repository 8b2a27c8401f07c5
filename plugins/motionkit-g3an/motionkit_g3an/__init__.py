"""G3AN for motionkit (Wang et al., *G3AN: Disentangling Appearance and Motion for Video Generation*, CVPR 2020)."""
