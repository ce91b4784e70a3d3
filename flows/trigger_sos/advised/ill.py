"""What is answered to "shall I ...?" beside somebody who is hurt or ill, by what is asked and what happened."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.text import Text, t

# What holds for whatever happened stands under this.
ANY = ""
_STILL = t(
    "No: do not lift or move them as long as it is safe there. Cover them, and let them lie as they are until "
    "somebody is there."
)
_ON_SIDE = t("Drowsy or sick: on their side. Wide awake: let them sit or lie as they like, but no walking about.")
_NEEDLES = t(
    "No: no needles, no pinching, no slaps, and nothing in the mouth. It only costs time: call {ambulance} now."
)
_PUSH = t(
    "No normal breath: yes. Flat on the back, push hard on the middle of the chest, two pushes a second, and go on; "
    "{ambulance} on loudspeaker counts with you. An AED: switch it on, it speaks. Breathing normally: no pushing."
)
_RIGHTLY = t("Not on your own: call {ambulance} first. They say whether you may go by car, and where to.")
_NO_DRIVE = t(
    "No, no car and no taxi, and no walking there: on the way nobody can help. Call {ambulance} and stay where you are."
)
_NOTHING = t("No: nothing to drink or eat until a doctor has seen them.")
_ASK_FIRST = t("No medicine on your own: have the packet at hand, and ask {ambulance} on loudspeaker.")
_NO_WAIT = t("No, do not wait and see: call {number} now. That it seems better does not mean that it is over.")
MOVE: Mapping[str, Text] = {
    "fall": _STILL,
    "head": _STILL,
    "lifeless": t(
        "No breath: flat on the back, on the floor. Breathing: on their side. Otherwise do not move them unless it is "
        "dangerous there."
    ),
    "chest": t("No walking. Let them sit where they are, leaning back, until somebody is there."),
    "stroke": t("No walking about, nobody pulls them up. Let them lie where they are; drowsy or sick: on their side."),
    "seizure": t("Not while it lasts: only clear away what they could hit. Afterwards on their side."),
    "breath": t("Let them sit upright, leaning forward a little. Do not lay them flat, no walking."),
    "bleeding": t("Let them lie down where they are, and go on pressing. No walking about."),
    "shock": t("Not before the power is off: do not touch them. Then: breathing, on their side; otherwise leave them."),
    "choking": t(
        "Upright and leaning forward, while you strike between the shoulder blades. Nobody is held upside down."
    ),
    "drown": t(
        "Out of the water: breathing, on their side; no breath, flat on the back. Shake or press no water out of them."
    ),
    "birth": t("On her left side, where she is; no stairs, no walking."),
    "heat": t("Yes: into the shade or a cool room, and lay them down there. Drowsy: on their side."),
    "poison": _ON_SIDE,
    "sugar": _ON_SIDE,
    "ill": _ON_SIDE,
    "fumes": t("Only out into fresh air, and only on your way out yourself. Nobody goes back in to fetch anybody."),
    "trapped": t("No: do not pull and lift nothing off. Hold them so that it pulls less; {fire} gets them out."),
    "animal": t("Let them keep still; the bitten arm or leg is not used. No walking."),
    ANY: t("Better not move them as long as it is safe there; {ambulance} on loudspeaker tells you more."),
}
DRIVE: Mapping[str, Text] = {
    **dict.fromkeys(("burn", "animal", "head", "ill", "heat", "fall"), _RIGHTLY),
    ANY: _NO_DRIVE,
}
WAIT: Mapping[str, Text] = {
    "head": t(
        "No: after a blow to the head nobody sleeps it off alone. Call {ambulance} now, stay beside them, and wake "
        "them if they doze off."
    ),
    "stroke": t("No: even if it passes it must be seen now, every minute counts. Call {ambulance}."),
    "seizure": t(
        "Sleeping afterwards is usual: on their side, and watch the breath, without leaving them. Call {ambulance} "
        "all the same."
    ),
    "animal": t("No, do not wait: snake bite, {ambulance} now; dog or cat, wash it and to a doctor today."),
    "poison": t("No, do not wait until it shows: call {ambulance} now, and keep what it was."),
    ANY: _NO_WAIT,
}
DRINK: Mapping[str, Text] = {
    "sugar": t("Wide awake and able to swallow: yes, juice or sugar, now. Drowsy: nothing in the mouth."),
    "heat": t("Wide awake: yes, small sips of water. Drowsy or sick: nothing."),
    "poison": t("No: no water, no milk, no egg white, no salt water. {ambulance} tells you what is right for it."),
    "choking": t("No: no water and no food on top of it. Blows between the shoulder blades, and {ambulance} now."),
    ANY: _NOTHING,
}
MEDICINE: Mapping[str, Text] = {
    "breath": t(
        "Their own spray or allergy pen: yes, as it was prescribed to them. Nobody else's, and nothing more before "
        "{ambulance} says so."
    ),
    "chest": t(
        "Only what a doctor prescribed to them for just this, and no more of it than he said. Anything else, aspirin "
        "too: ask {ambulance} first."
    ),
    "stroke": t("No: no medicine, no aspirin and nothing against blood pressure. Call {ambulance} now."),
    "seizure": t("No: nothing in the mouth, no pills. {ambulance} decides what is given."),
    "sugar": t("No insulin now. Wide awake: something sweet. Ask {ambulance} about everything else."),
    "poison": t("No: nothing against it by yourselves. Keep the packet, and call {ambulance} now."),
    "bleeding": t("No medicine and no powder on it: press firmly. Call {ambulance} now."),
    "animal": t("No medicine on your own. Call {ambulance}: which serum or vaccine it needs, they know."),
    ANY: _ASK_FIRST,
}
VOMIT: Mapping[str, Text] = {
    "drown": t("No: press no water out of them. Breathing: on their side; no breath: push on the middle of the chest."),
    ANY: t("No: do not make them vomit, it can burn or choke them. Keep what it was, and call {ambulance} now."),
}
MOUTH: Mapping[str, Text] = {
    "seizure": t(
        "No: nothing between the teeth, and do not hold them down. Clear away what they could hit; afterwards on their "
        "side."
    ),
    "choking": t(
        "No reaching into the throat, it goes deeper: only what you see right in front. Lean them forward, five hard "
        "blows between the shoulder blades; {ambulance} on loudspeaker."
    ),
    "poison": t("Only what you see in front is taken out. No reaching into the throat, no vomiting; {ambulance} now."),
    "drown": t("Only what you see in front is taken out. No breath: push on the middle of the chest, {ambulance} now."),
    ANY: _NEEDLES,
}
WOUND: Mapping[str, Text] = {
    "animal": t(
        "Snake bite: no cutting, no sucking, no tying, keep still. Dog or cat: wash it 15 minutes with "
        "soap and running "
        "water. Whatever sticks deep stays in."
    ),
    "head": t("A clean cloth on it, held lightly. Pull nothing out, and plug neither ear nor nose."),
    "birth": t(
        "Cut and tie nothing, pull nothing. A clean towel in front, keep them both warm; {ambulance} guides you."
    ),
    "fall": t("Straighten and tie nothing, leave it as it lies. If it bleeds: a clean cloth, and press."),
    "burn": t("Only cool running water, and then a clean cloth laid on loosely. Pull nothing off, rub nothing in."),
    ANY: t(
        "Yes, press: firmly with a clean cloth, more cloth on top when it soaks through, and do not look under it. "
        "What sticks in it stays in. Tie nothing off unless {ambulance} says so."
    ),
}
SKIN: Mapping[str, Text] = {
    "burn": t(
        "No: no toothpaste, no egg, no oil, no ice. Only cool running water, 20 minutes. Blisters stay closed, what "
        "sticks stays on; rings and what is loose come off now."
    ),
    "heat": t("Clothes loosened, water on the skin, fan it: yes. No alcohol. Too cold instead: dry and warm."),
    "poison": t("What is soaked comes off, and 15 minutes of running water, in the eyes too. Nothing else on it."),
    "shock": t("Only after the power is off: cool running water on the burn, nothing else."),
    "bleeding": t("Nothing on it but a clean cloth: press firmly. Call {ambulance} now."),
    ANY: t("Nothing on it but cool clean water for now; {ambulance} tells you the rest."),
}
CPR: Mapping[str, Text] = {
    "choking": t(
        "Five hard blows between the shoulder blades. Not out: stand behind, fist above the navel, pull "
        "in and up, five "
        "times; then blows again, in turn. Under one year: two fingers on the middle of the chest instead. Pregnant or "
        "very large: on the chest. Goes limp: {ambulance} on loudspeaker, push on the chest."
    ),
    "seizure": t(
        "Not while it lasts, they breathe again afterwards. If not: push on the middle of the chest, {ambulance} now."
    ),
    "shock": t(
        "Only after the power is off. Then, without breath: push hard on the middle of the chest, {ambulance} counts."
    ),
    ANY: _PUSH,
}
TALK: Mapping[str, Text] = {
    "seizure": t("They cannot hear it now. Stay beside them; when it is over, say calmly where they are."),
    ANY: t(
        "Yes: stay beside them and speak calmly; leave them their strength. If they no longer answer, tell {ambulance} "
        "at once."
    ),
}
