"""What the networks themselves say: the critic's estimate, gradient norms, weights.

Networks are used at fixed weights and in evaluation mode: power iterations of
spectral normalization stand still, batch normalization takes the statistics
of the batch at hand, as it always does here. Samples pass through the critic
in batches of at least CRITIC_BATCH (all samples when there are fewer).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from bench.methods.method import gradient_norms, interpolate
from bench.metrics.generation import GENERATION_BATCH
from bench.metrics.measurable import Measurable, NotApplicable

CRITIC_BATCH = 100

GRADIENT_SAMPLES = 1000
"""Most samples a gradient is taken at; rows record the number used."""


def critic_estimate(m: Measurable) -> float:
    """The divergence the critic stands for, between held-out real and generated samples.

    Paper: Arjovsky et al. (2017), Wasserstein GAN
    """
    return _estimate(m, m.held_out_real)


def critic_estimate_train(m: Measurable) -> float:
    """The divergence the critic stands for, between training and generated samples.

    Paper: Arjovsky et al. (2017), Wasserstein GAN
    """
    return _estimate(m, m.train_real)


def jensen_shannon(m: Measurable) -> float:
    """Lower bound of the Jensen-Shannon divergence in nats, on held-out samples.

    Paper: Goodfellow et al. (2014), Generative Adversarial Nets
    """
    if m.method.estimate_name != "jensen_shannon":
        raise NotApplicable(f"this critic estimates the {m.method.estimate_name.replace('_', ' ')}")
    return _estimate(m, m.held_out_real)


def gradient_norm_real(m: Measurable) -> float:
    """Mean over held-out real samples of the norm of the critic's gradient with respect to its input.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs
    The norm is per sample, over all its dimensions. Under batch normalization
    the gradient of the sum over the batch is taken, which mixes samples.
    """
    return _mean_gradient_norm(m, "real")


def gradient_norm_fake(m: Measurable) -> float:
    """Mean over generated samples of the norm of the critic's gradient with respect to its input.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs
    As for `gradient_norm_real`.
    """
    return _mean_gradient_norm(m, "fake")


def gradient_norm_interpolated(m: Measurable) -> float:
    """Mean gradient norm at points uniform on segments between held-out real and generated samples.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs
    One position per segment. As for `gradient_norm_real`.
    """
    return _mean_gradient_norm(m, "interpolated")


def generator_gradient_norm(m: Measurable) -> float:
    """Norm over all generator parameters of the gradient of the generator's loss.

    Paper: Arjovsky and Bottou (2017), Towards Principled Methods for Training Generative Adversarial Networks
    The gradient is averaged over fresh batches of GENERATION_BATCH samples, GRADIENT_SAMPLES at most. A penalty
    on the generator is part of its loss; noise that training adds to samples is not.
    """
    rng = m.rng("generator gradient")
    reals = m.train_real if m.method.generator_sees_real or m.conditional else None
    batches = max(1, min(m.protocol.n_fake, GRADIENT_SAMPLES) // GENERATION_BATCH)
    m.provenance.n_fake = batches * GENERATION_BATCH * m.method.fakes_per_real
    m.provenance.n_real = batches * GENERATION_BATCH if reals is not None else 0
    gradients = [_generator_gradient(m, reals, rng) for _ in range(batches)]
    return float(torch.stack(gradients).mean(dim=0).norm())


def critic_weight_max(m: Measurable) -> float:
    """Largest magnitude among the critic's parameters.

    Paper: Arjovsky et al. (2017), Wasserstein GAN
    """
    return float(_weights(m).abs().max())


def critic_weight_std(m: Measurable) -> float:
    """Standard deviation of the critic's parameters.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs
    """
    return float(_weights(m).double().std(correction=0))


def _weights(m: Measurable) -> Tensor:
    weights = [p.detach().flatten() for p in m.critic.parameters() if p.requires_grad]
    if not weights:
        raise NotApplicable("this critic has no weights")
    return torch.cat(weights)


def _estimate(m: Measurable, reals: Tensor) -> float:
    real, fakes = m.pairs(reals)
    with torch.no_grad():
        real_scores = torch.cat([m.critic(batch) for batch in _batches(m, real)])
        fake_scores = torch.cat([m.critic(batch) for fake in fakes for batch in _batches(m, fake)])
        return float(m.method.critic_estimate(real_scores, fake_scores))


def _mean_gradient_norm(m: Measurable, where: str) -> float:
    real, fakes = m.pairs(m.held_out_real[:GRADIENT_SAMPLES])
    points = {"real": real, "fake": fakes[0]}.get(where)
    if points is None:
        points = interpolate(real, fakes[0], m.rng("interpolated points"))
    norms = []
    columns = [_batches(m, x) for x in (points, real, *fakes)]
    for at, near_real, *near_fakes in zip(*columns, strict=True):
        norms.append(_norms(m, at, near_real, torch.cat(near_fakes)))
    return float(torch.cat(norms).double().mean())


def _norms(m: Measurable, points: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    def witness(x: Tensor) -> Tensor:
        values = m.method.witness(m.critic, x, real, fake)
        if values.dim() != 1:
            raise NotApplicable("this method has no real-valued function of a sample to take the gradient of")
        return values

    return gradient_norms(witness, points).detach()


def _generator_gradient(m: Measurable, reals: Tensor | None, rng: torch.Generator) -> Tensor:
    """The generator's gradient on one fresh batch, as one vector."""
    latents = torch.randn(GENERATION_BATCH * m.method.fakes_per_real, m.latent_dim, generator=rng)
    real = None
    if reals is not None:
        real = reals[torch.randint(len(reals), (GENERATION_BATCH,), generator=rng)].to(m.device)
    given = (real,) if m.conditional else ()
    fake_scores = m.critic(torch.cat([m.generator(z.to(m.device), *given) for z in latents.split(GENERATION_BATCH)]))
    real_scores = m.critic(real) if real is not None and m.method.generator_sees_real else None
    loss = m.method.generator_loss(fake_scores, real_scores)
    if m.method.generator_penalty:
        loss = loss + m.method.generator_penalty(m.generator)
    parameters = [p for p in m.generator.parameters() if p.requires_grad]
    gradients = torch.autograd.grad(loss, parameters)
    return torch.cat([gradient.flatten() for gradient in gradients])


def _batches(m: Measurable, samples: Tensor) -> Iterator[Tensor]:
    """Yields near-equal batches on the networks' device; equal so that batch statistics are alike."""
    for batch in samples.tensor_split(max(1, len(samples) // CRITIC_BATCH)):
        yield batch.to(m.device)
