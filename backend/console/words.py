"""What things are called at the desk: one table for each kind of word, so that a state has one name on every page."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.text import Text, t

Named = Mapping[str, Text]

# --- alarms
ALARMS: Named = {
    "violence": t("Violence or threat", context="alarm"),
    "suicide": t("Danger to own life", context="alarm"),
    "fire": t("Fire or smoke", context="alarm"),
    "gas": t("Gas", context="alarm"),
    "medical": t("Medical emergency", context="alarm"),
    "lift": t("Trapped in a lift", context="alarm"),
    "child": t("Child in danger", context="alarm"),
    "fall": t("Fall", context="alarm"),
    "plea": t("Call for help", context="alarm"),
    "check": t("No answer: look after them", context="alarm"),
}
# How an alarm is answered, for whoever answers it next; nobody at the desk reads it.
ALARM_INWARD = frozenset({"number", "openly"})
ALARM_EVENTS: Named = {
    "raised": t("Raised", context="alarm event"),
    "said": t("Said", context="alarm event"),
    "what": t("What happened, they say", context="alarm event"),
    "mute": t("Asks not to be rung, or cannot hear: write, or knock", context="alarm event"),
    "script": t("Heard what to do about:", context="alarm event"),
    "means": t("Named means or a place:", context="alarm event"),
    "about": t("Said of who is in danger:", context="alarm event"),
    "accepted": t("Took charge", context="alarm event"),
    "arrived": t("With the person", context="alarm event"),
    "follows": t("Follows from afar", context="alarm event"),
    "shown": t("Shown on every open console; screens that would have sounded:", context="alarm event"),
    "calling": t("Is being called", context="alarm event"),
    "unreachable": t("Could not be called", context="alarm event"),
    "answered": t("Called by hand, answered", context="alarm event"),
    "silent": t("Called by hand, no answer", context="alarm event"),
    "not_reached": t("Rung by telephone, nobody pressed a key", context="alarm event"),
    "exhausted": t("Nobody answered: the resident was told to dial for themselves", context="alarm event"),
    "lapsed": t("Did not arrive in time: everybody is called again", context="alarm event"),
    "dialled": t("Dialled", context="alarm event"),
    "remark": t("Note", context="alarm event"),
    "lift": t("The sticker names the lift; maintained by", context="alarm event"),
    "flood": t("The device reports again and again; further reports are not written down", context="alarm event"),
    "overdue": t("Still not out after 30 minutes", context="alarm event"),
    "cancel_requested": t("The resident says it was nothing", context="alarm event"),
    "again": t("Cries for help again after calling it off: everybody is called anew", context="alarm event"),
    "graver": t("Turned out worse than it sounded first", context="alarm event"),
    "unspoken": t("Nobody has spoken with them for 10 minutes since they said it", context="alarm event"),
    "unverified": t("Nobody has spoken with them for 5 minutes since they called it off", context="alarm event"),
    "no_word": t("The phone company told us nothing of the call to", context="alarm event"),
    "duress": t("They said their word for duress: act as if it were over, and go on", context="alarm event"),
    "advised": t("The resident was told what to do", context="alarm event"),
    "told": t("The resident was told who comes", context="alarm event"),
    "far": t("Is in another city, whose code is", context="alarm event"),
    "by_sound": t("No word of danger in it: it sounded like one", context="alarm event"),
    "head": t("A blow to the head: no cancel by a word, somebody looks", context="alarm event"),
    "aftercare": t("A person was asked to see how they are", context="alarm event"),
    "daily": t("No sign of life today: asked twice, no answer", context="alarm event"),
    "entry": t("Looked up how to get in", context="alarm event"),
    "entered": t("Went in, two people:", context="alarm event"),
    "calls": t("Wants to speak with", context="alarm event"),
    "rings_there": t("Is put through to", context="alarm event"),
    "talks": t("Was put through and picked up:", context="alarm event"),
    "no_talk": t("Could not be put through to", context="alarm event"),
    "closed": t("Closed", context="alarm event"),
}
ALARM_OUTCOMES: Named = {
    "helped": t("Helped on the spot"),
    "ambulance": t("Handed over to the ambulance"),
    "fire": t("Handed over to the fire brigade"),
    "police": t("Handed over to the police"),
    "false": t("False alarm: spoke to the person, all is well"),
    "other": t("Something else"),
}
# What somebody in danger was told to do, by what their words told.
ALARM_SCRIPTS: Named = {
    "lifeless": t("no breath, or not to be woken", context="script"),
    "choking": t("choking", context="script"),
    "chest": t("chest pain", context="script"),
    "stroke": t("signs of a stroke", context="script"),
    "seizure": t("a seizure", context="script"),
    "poison": t("poison", context="script"),
    "bleeding": t("heavy bleeding", context="script"),
    "burn": t("a burn or scald", context="script"),
    "shock": t("an electric shock", context="script"),
    "smoke": t("shut in by smoke", context="script"),
    "locked": t("a child behind a locked door", context="script"),
    "lost": t("somebody missing", context="script"),
    "breath": t("no air, asthma or allergy", context="script"),
    "head": t("a blow to the head", context="script"),
    "drown": t("in the water", context="script"),
    "sugar": t("diabetes", context="script"),
    "birth": t("a birth, or pregnant and ill", context="script"),
    "heat": t("too hot or too cold", context="script"),
    "car": t("shut in a car", context="script"),
    "welfare": t("somebody does not answer", context="script"),
    "trapped": t("caught or crushed", context="script"),
    "electric": t("sparks, or water on electrics", context="script"),
    "edge": t("where somebody could fall", context="script"),
    "falling": t("something about to fall", context="script"),
    "animal": t("a bite or sting", context="script"),
    "heard": t("violence next door", context="script"),
    "fumes": t("fumes indoors", context="script"),
}
# What to keep in mind, by kind: the rules of the trade, shown where they are needed.
ALARM_RULES: Named = {
    "gas": t("Do not ring their phone or doorbell: knock. Everybody out, then call from outside."),
    "violence": t("Stay quiet: no calls to this home, no family. You decide whom else to tell."),
    "suicide": t("Stay with them. Means or place known: police and ambulance without siren. Never promise silence."),
    "fire": t("Everybody out, no lift. Send a guard while you call."),
    "lift": t("Speak to them until the lift is open. Nobody forces the doors."),
    "medical": t("Ask: awake? breathing? Say that you stay on the line until somebody is there."),
    "fall": t("Do not lift them before you know what hurts."),
    "check": t("Phone or look within 3 minutes. No answer at the door: go in by two, or call the police."),
}

# --- cases: a state as clerks call it; residents read other words (`services/states.py`)
CASE_STATES: Named = {
    "received": t("New", context="state"),
    "assigned": t("Assigned", context="state"),
    "on_site": t("On site", context="state"),
    "no_access": t("No access", context="state"),
    "waiting_parts": t("Waiting for parts", context="state"),
    "quoted": t("Quoted", context="state"),
    "accepted": t("Quote accepted", context="state"),
    "declined": t("Quote declined", context="state"),
    "other_company": t("Other company", context="state"),
    "fixed": t("Fixed", context="state"),
    "closed": t("Closed", context="state"),
    "reopened": t("Reopened", context="state"),
    "refused": t("Refused", context="state"),
    "withdrawn": t("Withdrawn", context="state"),
    "reviewing": t("Under review", context="state"),
    "papers_missing": t("Papers missing", context="state"),
    "approved": t("Approved", context="state"),
    "ready": t("Ready to collect", context="state"),
    "booked": t("Booked", context="state"),
    "blocked": t("Card blocked", context="state"),
    "answered": t("Answered", context="state"),
    "merged": t("Merged", context="state"),
}
CASES: Named = {
    "repair": t("Repair", context="kind"),
    "complaint": t("Complaint", context="kind"),
    "affair": t("Affair", context="kind"),
    "request": t("Request", context="kind"),
    "callback": t("Call back", context="kind"),
    "dispute": t("Bill question", context="kind"),
    "booking": t("Booking", context="kind"),
    "card": t("Lost card", context="kind"),
}
COLUMN_NAMES: Named = {
    "new": t("New", context="column"),
    "working": t("In work", context="column"),
    "waiting": t("Waiting for others", context="column"),
    "done": t("Done, to be closed", context="column"),
    "closed": t("Closed", context="column"),
}
# --- conversations; what happened to a message on its way, as far as it is known
DELIVERIES: Named = {
    "due": t("waiting", context="delivery"),
    "sent": t("sent", context="delivery"),
    "inline": t("answered", context="delivery"),
    "delivered": t("delivered", context="delivery"),
    "read": t("read", context="delivery"),
    "dead": t("not delivered", context="delivery"),
}
TALK_EVENTS: Named = {
    "flow_started": t("Begun: {flow}"),
    "flow_completed": t("Done: {flow} {number}"),
    "flow_cancelled": t("Given up: {flow}"),
    "handoff": t("A person was asked for"),
    "claimed": t("{by} took over"),
    "transferred": t("Passed on by {by} to {to}"),
    "handback": t("Back with the bot"),
    "sos_raised": t("SOS raised"),
    "sos_cancelled": t("The resident says it was nothing: a person verifies that"),
}
# A name that is not here is shown as it is.
SLOTS: Named = {
    "location": t("Where", context="slot"),
    "details": t("What", context="slot"),
    "category": t("Kind", context="slot"),
    "kind": t("Kind", context="slot"),
    "when": t("When", context="slot"),
    "contact": t("Phone", context="slot"),
    "service": t("Service", context="slot"),
    "fee": t("Fee", context="slot"),
    "matter": t("Matter", context="slot"),
    "visitor_name": t("Visitor", context="slot"),
    "plate": t("Plate", context="slot"),
    "case_no": t("Case", context="slot"),
    "people": t("People", context="slot"),
    "notes": t("Notes", context="slot"),
    "amount": t("Amount", context="slot"),
    "anonymous": t("Name kept from those concerned", context="slot"),
    "concerns": t("Concerns", context="slot"),
    "missing": t("Paper missing", context="slot"),
    "reported": t("Reported by", context="slot"),
}
# What a choice is stored as, where no kind of case or alarm has that name.
CHOSEN: Named = {
    "yes": t("Yes", context="slot"),
    "no": t("No", context="slot"),
    "noise": t("Noise"),
    "dogs": t("Dogs and pets"),
    "smoke": t("Smoke and smells"),
    "rubbish": t("Rubbish and cleaning"),
    "things": t("Things in the corridor, e-bikes"),
    "parking": t("Parking"),
    "staff": t("Staff or service"),
    "other": t("Something else"),
    "photo": t("Photo"),
    "phone": t("Phone call", context="channel"),
    "chat": t("Group chat", context="slot"),
    "counter": t("At the counter", context="slot"),
    "home": t("Own home", context="slot"),
    "near": t("Near the own home", context="slot"),
}

# --- who and through what
CHANNELS: Named = {
    "web": t("Web chat", context="channel"),
    "rest": t("API", context="channel"),
    "socketio": t("Another web chat", context="channel"),
    "wechat": t("WeChat", context="channel"),
    "telegram": t("Telegram", context="channel"),
    "sms": t("SMS", context="channel"),
    "voice": t("Phone call", context="channel"),
    "phone": t("Phone call", context="channel"),
}
LANGUAGES: Named = {"zh_Hans": t("Chinese", context="language"), "en": t("English", context="language")}
ROLES: Named = {
    "duty": t("Duty", context="role"),
    "agent": t("Agent", context="role"),
    "supervisor": t("Supervisor", context="role"),
    "admin": t("Administrator", context="role"),
    "auditor": t("Auditor", context="role"),
    "sysadmin": t("System administrator", context="role"),
}

# --- teaching: why a sentence is shown, what can be marked in it, what an intent is called that no flow names
UNCLEAR: Named = {
    "unknown": t("not understood", context="unclear"),
    "clarified": t("asked back", context="unclear"),
    "doubted": t("not sure", context="unclear"),
    "handed_over": t("handed over right after", context="unclear"),
    "alarmed": t("became an alarm", context="unclear"),
}
MARKS: Named = {
    **{name: SLOTS[name] for name in ("location", "when", "category", "service", "fee", "visitor_name", "plate")},
    **{name: SLOTS[name] for name in ("people", "amount", "case_no")},
    "phone": t("Phone", context="slot"),
    "pass_code": t("Pass code", context="slot"),
}
INTENTS: Named = {
    "affirm": t("Yes", context="intent"),
    "deny": t("No", context="intent"),
    "cancel": t("Call it off", context="intent"),
    "correct": t("That is wrong", context="intent"),
    "repeat": t("Say it again", context="intent"),
    "skip": t("Skip this", context="intent"),
    "go_back": t("One step back", context="intent"),
    "start_over": t("From the beginning", context="intent"),
    "out_of_scope": t("Not for us", context="intent"),
    "trigger_sos": t("Danger", context="intent"),
}
RUN_STATES: Named = {
    "waiting": t("waiting to begin", context="run"),
    "running": t("at work", context="run"),
    "ready": t("ready to be looked at", context="run"),
    "failed": t("came to nothing", context="run"),
    "dropped": t("thrown away", context="run"),
    "published": t("in use", context="run"),
    "undone": t("undone", context="run"),
}
RUN_STEPS: Named = {
    "waiting": t("It begins in a moment.", context="step"),
    "training": t("The bot learns: about a minute.", context="step"),
    "examining": t("The bot is examined on sentences that it has never seen.", context="step"),
    "ready": t("Done.", context="step"),
}

# --- what goes out to other systems
SENT_OUT: Named = {
    "due": t("waits", context="delivery"),
    "sending": t("is being sent", context="delivery"),
    "sent": t("arrived", context="delivery"),
    "dead": t("given up", context="delivery"),
}
