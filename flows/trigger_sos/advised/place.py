"""What is answered to "shall I ...?" where it burns, smells or sparks, in a lift, at a door, in a search."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.text import Text, t
from flows.trigger_sos.advised.ill import ANY

_LEAVE = t("No: leave it, all of it, and get away from there. No thing is worth a life; tell {fire} what stands there.")
_GAS_SWITCH = t("No: touch no switch, neither fan nor hood nor light. Go out, and call from outside.")
_DRY_ONLY = t(
    "Only where you reach the switch dry and without smoke. Never through water, and pull no wet plug: then out, and "
    "call {fire}."
)
_NOT_IN = t(
    "No: nobody goes in or back in, for no thing and for nobody. Stay out, and tell {fire} who is still inside."
)
_NO_FORCE = t("No: do not force the doors, stay away from them. Press the alarm button in the lift.")
_QUIET_IN_THERE = t(
    "Quiet in there, hot, or water or a stove on: yes, force it, away from the child, and call "
    "{fire} now. Otherwise go "
    "on talking; {fire} or a locksmith opens it."
)
_FIRE_DOOR = t(
    "Keep the door shut while smoke or heat is behind it. Open it only for firefighters, or to get out where no smoke "
    "is."
)
_AWAY = t("No: stay away from under it, and keep others away. Call {fire} now.")
_SPEAKS = t("Stay with them as long as you are safe, speak calmly and listen; no reproach, no dare. {police} now.")
PULL: Mapping[str, Text] = {
    "trapped": t("No: do not pull. Stop the machine, hold them so that it pulls less, and call {fire} now."),
    ANY: t(
        "No: do not touch them, it takes you too. First the power off, at the mains or the plug, where you reach it "
        "dry. From a fallen line keep ten metres away, and call {fire}."
    ),
}
POWER: Mapping[str, Text] = {
    "shock": t(
        "Yes, if you reach it dry: plug out or mains off, before anybody touches them. Not through water; then only "
        "{fire} can."
    ),
    "gas": t("No: no switch and no plug where it smells, not even the mains. Out, and call from outside."),
    "fumes": t("Leave it: everybody out first. Touch it only on your way."),
    "lift": t("No: nobody touches the power of the lift. The lift firm or {fire} does that."),
    "trapped": t("Yes: stop it at its switch or plug, if you reach that safely. Then call {fire}, and do not pull."),
    "fire": _DRY_ONLY,
    ANY: _DRY_ONLY,
}
SWITCH: Mapping[str, Text] = {
    "gas": _GAS_SWITCH,
    "fumes": t("Leave it: everybody out first, into fresh air, and call from outside."),
    "fire": t("Leave the switches. Out where no smoke is, door shut behind you."),
    "lift": t("Only the alarm button. Leave the rest alone, and keep away from the doors."),
    ANY: t("Touch no switch that is wet, warm or sparking; leave the others as they are."),
}
OUT_FIRST = t("Leave that, and everybody out first. From outside {fire} tells you the rest; nobody goes back in.")
VALVE: Mapping[str, Text] = {
    "gas": OUT_FIRST,
    "fire": t("Only if you reach it without smoke or flames. Otherwise leave it: out, door shut, call {fire}."),
    "fumes": t("Leave it: everybody out first. Those who come shut it."),
    ANY: t("Only if you reach it dry and safely. Otherwise leave it, and tell those who come."),
}
WINDOW: Mapping[str, Text] = {
    "gas": OUT_FIRST,
    "fumes": t("Yes, those on your way out; and then stay outside, all of you."),
    "fire": t(
        "Keep doors and windows shut where smoke is. Only if you are shut in: cloths along the door, and show yourself "
        "at the window."
    ),
    "edge": t("Only if nobody is frightened by it and you are safe yourself. Stay in the room with them."),
    "suicide": t("Yes, quietly, if it is easy. And do not leave them alone."),
    ANY: t("Fresh air does no harm, as long as nobody leaves their place for it."),
}
EXTINGUISH: Mapping[str, Text] = {
    "fumes": t(
        "No: pour nothing on it and rinse nothing, it makes more of it. Everybody out, and {fire} and {ambulance} now."
    ),
    "electric": t("No water on anything electric. Power off only where it is dry; if it burns, out, and call {fire}."),
    ANY: t(
        "No water on oil, spirit, batteries or anything electric. A pan or burner: lid on. Clothes: lie down and roll. "
        "Anything else that "
        "is not out at once: leave it, out, shut the door, and call {fire}."
    ),
}
GO_IN: Mapping[str, Text] = {
    "violence": t("No: nobody goes there, and nobody comes between them. Stay behind a shut door; {police} now."),
    "fumes": t("No: nobody goes in, not even for somebody who lies there, it takes you too. Doors open, {fire} now."),
    "drown": t("No: do not go into the water or onto the ice. Hold out a pole, throw what floats, and call {fire}."),
    "shock": t("No: not near them before the power is off, and not through water."),
    "electric": t("No: not into the water and not near the line. Call {fire} now."),
    "lift": t("No: nobody climbs in or out. Talk to them through the door, and keep away from it."),
    "welfare": t(
        "Not alone: with a second person, calling out. Smoke or gas: stay out, {fire}. Locked: {police} opens."
    ),
    "animal": t("No: keep away from it, a door between you."),
    "trapped": _AWAY,
    "falling": _AWAY,
    "edge": t("Not close, and slowly, so that they see you. Speak calmly; {fire} and {police} now."),
    "suicide": t("As long as you are safe yourself: slowly, so that they see you. Do not argue, listen; {police} now."),
    "heard": t("No: do not go there alone. Call {police} now, and stay where you are safe."),
    "lost": t("Look in there with a second person, not into water or onto roofs. {police} now."),
    **dict.fromkeys(("fire", "gas"), _NOT_IN),
    ANY: t("Better not: stay where it is safe for you, and wait outside for those who come."),
}
NOT_THROUGH = t(
    "Not while there is smoke: stay in, door shut, at a window, until firefighters at your door say otherwise. Never "
    "the lift. {fire} on the line tells you more."
)
GO_OUT: Mapping[str, Text] = {
    "violence": t("Stay where you cannot be reached, door shut, until the police are there. Out only if it is safe."),
    "smoke": NOT_THROUGH,
    "fire": t(
        "Out by the stairs if no smoke is in the way, never by the lift. Smoke outside your door: stay in, door shut, "
        "wet cloths along it, at a window. Never through smoke, and no jump."
    ),
    "gas": t("Yes: everybody out now, by the stairs, no lift. Touch no switch and no bell on the way."),
    "fumes": t("Yes: everybody out into fresh air now, and nobody back in."),
    "lift": t("No: stay inside, do not climb or jump out, it can move. Keep away from the doors."),
    "electric": t("Out, if the way is dry. Not through water, and nothing metal in the hand."),
    "car": t("Yes, out of it, if you can. Break the side window if no door opens."),
    "animal": t("Stay inside, door shut, until it is gone. Outside: no running, walk backwards slowly."),
    "falling": t("Yes: away from it, to the side, and do not come back."),
    ANY: t("Stay where it is safe for you and where those who come find you. Danger there: away from it."),
}
CARRY: Mapping[str, Text] = {
    "gas": t("No: carry and drag no bottle. Out, and call {fire} from outside."),
    "suicide": t("Yes, if it goes quietly and safely: take away what could do harm."),
    "edge": t("Yes, if it goes quietly and safely: take away what could do harm."),
    "trapped": t("No: lift nothing off by yourselves, it can slip. Call {fire} now."),
    ANY: _LEAVE,
}
# While somebody is after them, or waits outside.
_STAY_SHUT = t(
    "No: do not open and do not look, even if it is quiet. Only when the police at the door have said so on the line; "
    "{police} now."
)
_NO_SOUND = t("No: not a sound, phone on silent, only write. {police} now.")
DOOR: Mapping[str, Text] = {
    "violence": _STAY_SHUT,
    "lift": _NO_FORCE,
    "fire": _FIRE_DOOR,
    "locked": _QUIET_IN_THERE,
    "child": _QUIET_IN_THERE,
    "car": t(
        "Yes, if whoever is inside is hot, drowsy or quiet: the side window farthest from them, hard into a corner of "
        "it. Then into the shade, and {ambulance}."
    ),
    "welfare": t("Do not climb over. {police} has it opened; groaning or a fall in there: {fire} and {ambulance} too."),
    "gas": t("No: force nothing, it can spark. Everybody away from it; {fire} opens."),
    "fumes": t("Open it only if it opens from outside without going in. Otherwise {fire}, now."),
    "trapped": t("No: bend and break nothing, it pinches more. {fire} has the tools: call now."),
    "heard": t("No: do not force their door. Call {police} now, and say what you hear."),
    ANY: t(
        "Behind a door somebody does not answer: call {fire} now, they open it. Break in only to save a life at once."
    ),
}
SPEAK: Mapping[str, Text] = {
    "violence": _NO_SOUND,
    "locked": t("Yes: go on talking through the door, calmly, simple words. Away from stove, windows and balcony."),
    "child": t("Yes: go on talking, calmly, in simple words."),
    "lift": t("Yes: go on talking calmly. They stay away from the doors, there is air enough."),
    "edge": t("Yes, calmly and simply, from where they see you. No shouting, no dare, no reproach; others keep back."),
    "suicide": _SPEAKS,
    "welfare": t("Yes: knock, call out, and listen. No answer: {police} now."),
    "trapped": t("Yes: talk to them, calmly. Tell {fire} at once if they no longer answer."),
    "lost": t("Call the name, and listen in between. When found: calmly, do not scold; then tell {police} and me."),
}
CONFRONT: Mapping[str, Text] = {
    "violence": t("No: do not go out, do not open, do not follow, and hold nobody. {police} now."),
    "animal": t("No: do not hit, chase or catch it. Walk backwards slowly, then a door between you."),
    ANY: t("No: keep your distance, do not follow or hold anybody. {police} now."),
}
SEARCH: Mapping[str, Text] = {
    "lost": t(
        "One stays where they were last seen, the others look: water and roads first, then stairs, cellars, garages. "
        "{police} now, with a photo. Tell me the clothes."
    ),
    "drown": t("Look from the bank only, and keep the spot in sight. Nobody goes in; {fire} now."),
    "animal": t("No: do not look for it. A door between you, and {fire} now."),
    ANY: t("{police} now: they can find out where a phone is. Somebody stays here, in case they come back."),
}
WAIT: Mapping[str, Text] = {
    "violence": t("No: call {police} now, even if they are gone. Whoever was hit on the head needs {ambulance} too."),
    "lost": t("No: nobody has to wait 24 hours. Call {police} now."),
    "fire": t("No: a fire grows again. Call {fire} all the same, and stay out."),
    "gas": t("No: less smell is not less gas. Stay outside until those who come have measured."),
    "electric": t("No: keep away from it and have it looked at now; smoke or burning: {fire}."),
    "fumes": t("No: it makes drowsy first. Everybody out now, and {ambulance} even if it gets better."),
    "lift": t("Yes: stay calm and wait inside. Ill in there: {ambulance} and {fire}."),
    "car": t("No: a closed car heats up within minutes. {fire} now; hot, drowsy or quiet: break the window."),
    "locked": t("If the child is calm and nothing is on in there: wait, talking. Otherwise {fire} now."),
    "welfare": t("No: better once too often. Knock now; no answer, {police}."),
    "suicide": t("No: do not leave them alone now, and do not wait. Call {police} or {ambulance}."),
    "edge": t("No: call {fire} and {police} now, even if it seems over."),
    "heard": t("No: call {police} now. Too early is better than too late."),
    "trapped": t("No: call {fire} now, swelling makes it worse."),
    "falling": t("No: away from under it now, and call {fire}."),
}
