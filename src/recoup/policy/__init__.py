"""The life of rulebooks: draft > check > dry run > a second person approves > published, in force from a date.

What other parts build on.

**The rules in force** (book, casework)::

    from recoup.policy.queries import in_force
    rules = in_force("house/team", on)          # one small query; parsed and compiled models are kept in the process
    outcome = rules.compiled.decide(facts)      # rules.model, .number, .in_force_from, .content_hash, .version_id

``version_id`` is the ``RulebookVersion`` to store beside the decision, None where the file that Recoup ships was used
because the database holds no version (a test, a database that was migrated without ``recoup init``). Ask once a run or
chunk, not once a debt. A date before the first version gives the first version. ``scope`` ("house", or
"creditor:CODE") falls back to the house's own rules. Raises ``UnknownRulebook`` and ``RulebookUnreadable``.

**A decision remembers its version**: make the model a ``recoup.policy.models.UnderPolicy``; it then has
``policy_version`` (nullable); write ``policy_version_id=rules.version_id``. Where one row holds decisions of several
rulebooks, add further foreign keys to ``policy.RulebookVersion`` (null=True, on_delete=PROTECT, related_name="+").

**A dry run** (casework) is asked for with ``operations.start_dry_run`` and answered with ``operations.record_dry_run``
or ``fail_dry_run``; ``queries.as_if_in_force(draft)`` gives the draft in the shape of ``in_force``, and
``queries.base_of(draft)`` the rules that it would replace.

**Pages** (desk). Orders, all with keyword arguments after the first; all check permission and raise a ``PolicyRefusal``
whose message is fit to show. ``revision`` is the one that the page showed: whoever comes second gets ``DraftChanged``
and loses nothing, for every revision ever saved stays. The same order twice does nothing the second time.

- ``propose_draft(name, *, why, key, by, at, dmn=None, scope="house")`` from the version in force, or from DMN bytes
- ``propose_spreadsheet(name, *, sheet, file_name, why, key, by, at, scope="house")`` from an edited XLSX
- ``save_draft(draft_id, *, revision, dmn, by, at)`` an edit; ``save_spreadsheet`` the same with an edited XLSX
- ``rebase_draft(draft_id, *, revision, by, at)`` after another version was published meanwhile (``DraftOvertaken``)
- ``start_dry_run(draft_id, *, revision, by, at)`` True when the caller shall start the job
- ``record_dry_run(draft_id, *, revision, book_on, figures, at)``, ``fail_dry_run(draft_id, *, revision, failure, at)``
- ``submit_draft(draft_id, *, revision, acknowledged, by, at)`` ``acknowledged`` holds the keys of all warnings
- ``reopen_draft(draft_id, *, by, at)`` the proposer takes a submitted draft back to work on it
- ``approve_draft(draft_id, *, revision, in_force_from, by, at, today)`` publishes; never by who wrote or submitted it
- ``reject_draft(draft_id, *, revision, why, by, at)`` sends it back
- ``withdraw_draft(draft_id, *, why, by, at)`` ends it
- ``withdraw_version(version_id, *, why, by, at, today)`` published, not yet in force
- ``go_back(version_id, *, why, by, at, today)`` undoes the version in force at once
- ``look_again(version_id, *, by, at)`` the second person's word that they saw a going back
- ``adopt_shipped(*, at)`` what ``recoup init`` calls

Questions in ``queries``: ``rulebooks_list(on)``, ``history(name, on)``, ``trail(name)``, ``version_by_id``,
``version_differences``, ``draft_by_id``, ``draft_text``, ``texts_of`` (every revision), ``draft_differences``,
``check_draft`` and ``check_text`` (problems with the keys that ``submit_draft`` wants), ``base_of``,
``open_drafts(name)``, ``waiting_for(viewer)``, ``may_approve(draft, viewer)``.

The audit's words, with subject ``rulebook`` (its name, or NAME@SCOPE): rules adopted, rules proposed, rules edited,
rules brought up to date, rules tried, rules submitted, rules taken back, rules sent back, rules published, rules gone
back, going back seen, draft withdrawn, version withdrawn.
"""
