"""The keys that templates bring along: taken, kept sealed, and opened to sign."""

from charter.core.jwt_templates.model import JwtTemplateRow, TemplateKeyInvalid
from charter.kernel.errors import InvalidInput
from charter.kernel.given_keys import GivenAlgorithm, GivenKey, GivenKeyInvalid
from charter.kernel.operation import Context


def algorithm_of(name: str | None, *, has_own_key: bool) -> GivenAlgorithm:
    """The algorithm of a template: the one that was named, or the usual one.

    Raises: InvalidInput, for an unknown one, or for another than RS256 without an own key.
    """
    if name is None:
        return GivenAlgorithm.HS256 if has_own_key else GivenAlgorithm.RS256
    if name not in set(GivenAlgorithm):
        raise InvalidInput("algorithm", reason=f"it must be one of {', '.join(GivenAlgorithm)}")
    if not has_own_key and name != GivenAlgorithm.RS256:
        raise InvalidInput("algorithm", reason="without a key of its own it must be RS256")
    return GivenAlgorithm(name)


async def sealed_key(
    ctx: Context,
    template_id: str,
    algorithm: GivenAlgorithm,
    text: str | None,
    *,
    has_own_key: bool,
    before: JwtTemplateRow | None = None,
) -> bytes | None:
    """The key of a template, sealed: the given one, or the one it has; None for the instance's.

    Raises: TemplateKeyInvalid, when there is none, or none that fits the algorithm.
    """
    if not has_own_key:
        if text:
            raise TemplateKeyInvalid(reason="goes with a signing key of its own alone")
        return None
    if text:
        await _check(ctx, template_id, algorithm, text)
        return ctx.platform.vault.seal(text.encode(), _context(template_id))
    kept = None if before is None else before.sealed_signing_key
    if before is None or kept is None:
        raise TemplateKeyInvalid(reason="is missing")
    if algorithm is not before.algorithm:
        await _check(ctx, template_id, algorithm, _open(ctx, template_id, kept))
    return kept


def opened_key(ctx: Context, row: JwtTemplateRow, sealed: bytes) -> GivenKey:
    """The key by which a template's tokens are signed. They name the template as their `kid`."""
    return GivenKey(row.id, row.algorithm, _open(ctx, row.id, sealed), is_known=True)


async def _check(ctx: Context, template_id: str, algorithm: GivenAlgorithm, text: str) -> None:
    try:
        await ctx.work.run(GivenKey, template_id, algorithm, text)
    except GivenKeyInvalid as mistake:
        raise TemplateKeyInvalid(reason=mistake.reason) from None


def _open(ctx: Context, template_id: str, sealed: bytes) -> str:
    return ctx.platform.vault.open(sealed, _context(template_id)).decode()


def _context(template_id: str) -> str:
    return f"jwt_template:{template_id}"
