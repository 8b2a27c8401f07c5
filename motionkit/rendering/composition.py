"""The composition block: where motion and appearance meet the video stream (Eq. 5)."""

import torch
from einops import repeat
from torch import Tensor, nn
from torch.nn import functional as F


class CompositionBlock(nn.Module):
    """Standardises a feature map, then scales and shifts it by what the heatmaps and the appearance ask for.

        gamma = a_g * Conv_g(H~) + (1 - a_g) * FC_g(FC^n(f_a))
        beta  = a_b * Conv_b(H~) + (1 - a_b) * FC_b(FC^n(f_a))
        out   = gamma * (M - mu) / sigma + beta

    a_g and a_b are one learned scalar each: the sigmoid of a parameter that starts at 0, so that both streams start
    with equal weight. mu and sigma run over all frames of the batch, for each channel (Eq. 5); in evaluation mode they
    are running estimates, so that a frame does not depend on its company.

    Args:
        channels: C, of the feature map.
        pose_channels: K, of the pose maps: heatmaps of keypoints, and of limbs where there are any.
        appearance_size: length of the appearance feature f_a.
        style_size: length of FC^n(f_a), this block's own view of the appearance.
    """

    def __init__(self, channels: int, pose_channels: int, appearance_size: int, style_size: int) -> None:
        super().__init__()
        self.standardise = nn.BatchNorm2d(channels, affine=False)
        # Gamma and beta of one stream come from one layer: first all gammas, then all betas.
        self.motion = nn.Conv2d(pose_channels, 2 * channels, kernel_size=3, padding=1)
        style = nn.Linear(appearance_size, style_size)
        self.style = nn.Sequential(style, nn.LeakyReLU(0.2))
        self.appearance = nn.Linear(style_size, 2 * channels)
        self.mix = nn.Parameter(torch.zeros(2))
        # Our choice: what a keypoint or an appearance adds starts with unit variance, where torch's default is so small
        # that pose and appearance would first have to be found. At one place about one keypoint is near, not all K.
        nn.init.normal_(self.motion.weight, std=1 / 3)
        nn.init.kaiming_normal_(style.weight, a=0.2)
        nn.init.normal_(self.appearance.weight, std=style_size**-0.5)
        # Our choice: gamma starts around 1. With torch's biases near 0 the first layers start almost silent.
        for layer in (self.motion, self.appearance):
            layer.bias = nn.Parameter(torch.cat([torch.ones(channels), torch.zeros(channels)]))

    def forward(self, features_NCHW: Tensor, pose_NKHW: Tensor, appearance_BL: Tensor) -> Tensor:
        """The composed feature map, of the same shape as ``features_NCHW``.

        Args:
            features_NCHW: M^n, for N = B x T frames.
            pose_NKHW: H~^n, the pose maps at this resolution.
            appearance_BL: f_a of each clip.
        """
        # The streams' shares go into weights and styles, which are small, and not into maps as large as the features.
        share_C = torch.sigmoid(self.mix).repeat_interleave(features_NCHW.shape[1])
        style_BC = (1 - share_C) * self.appearance(self.style(appearance_BL))
        style_NC11 = repeat(style_BC, "b c -> (b t) c 1 1", t=features_NCHW.shape[0] // style_BC.shape[0])
        weight_CK33, bias_C = self.motion.parameters()
        # In place, where no gradient needs what was there before: new memory costs as much as the sums themselves.
        gamma, beta = (
            F.conv2d(pose_NKHW, share[:, None, None, None] * weight, share * bias, padding=1).add_(style)
            for share, weight, bias, style in zip(
                share_C.chunk(2), weight_CK33.chunk(2), bias_C.chunk(2), style_NC11.chunk(2, dim=1), strict=True
            )
        )
        return beta.addcmul_(gamma, self.standardise(features_NCHW))
