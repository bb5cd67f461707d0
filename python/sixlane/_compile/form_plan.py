"""Plans for forms: what a form model is read from, and how long a form may be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sixlane._compile.call import NotPlannable
from sixlane._compile.field import Field
from sixlane._compile.group import GroupMember, ParameterGroup
from sixlane._compile.plan import FormBounds, MemberPlan
from sixlane._run.form_limits import MOST_OF_A_KIND, PART_BYTES
from sixlane._run.received_file import SPOOLED_BYTES, make_file

if TYPE_CHECKING:
    from sixlane._compile.plannable import PlannableRoute

WHOLE_FORM_BYTES = 64 * 1024
"""The longest form that is read whole: longer ones are parsed as they come, so that a field over
its limit is found before the rest is taken into memory."""

WHOLE_UPLOAD_BYTES = SPOOLED_BYTES + 64 * 1024
"""The longest form with files that is read whole: its files stay in memory in any case."""


def plan_form(route: PlannableRoute, values: Iterable[Field | str]) -> FormBounds | None:
    """Find what a form of a route is read whole by; None where its body is no form.

    Raises:
        NotPlannable: Something beside the form is read from it, or may read it again.
    """
    if not route.compiled.is_form:
        return None
    for value in values:
        if not isinstance(value, Field):
            raise NotPlannable("a form beside the Request")
        if value.location == "body" and (not value.is_form or value.reads_bytes):
            raise NotPlannable("a file's content, or a body among form fields")
    limits = route.form_limits
    # No field is longer than the form, and no form has more fields than bytes.
    longest = min(WHOLE_FORM_BYTES, limits.get("max_part_size", WHOLE_FORM_BYTES))
    return FormBounds(
        whole_bytes=longest,
        fields=min(longest, limits.get("max_fields", MOST_OF_A_KIND)),
        upload_bytes=WHOLE_UPLOAD_BYTES,
        files=min(WHOLE_UPLOAD_BYTES, limits.get("max_files", MOST_OF_A_KIND)),
        text_bytes=min(WHOLE_UPLOAD_BYTES, limits.get("max_part_size", PART_BYTES)),
        make_file=make_file,
    )


def plan_members(group: ParameterGroup) -> tuple[MemberPlan, ...]:
    """List what a form model is read from.

    Raises:
        NotPlannable: It may be absent, or a field may come under several names.
    """
    if group.optional or any(len(member.aliases) != 1 for member in group.members):
        raise NotPlannable("a form model that may be absent, or a choice of names in it")
    return tuple(_plan_member(member) for member in group.members)


def _plan_member(member: GroupMember) -> MemberPlan:
    alias, name = member.aliases[0]
    return MemberPlan(alias, name, "list" if member.is_sequence and not member.is_json else "text")
