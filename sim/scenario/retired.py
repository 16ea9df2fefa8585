"""Keys and words of release 0.1.0, whose negotiation is no more, and what stands in their place."""

_GONE = "is gone since 0.2"

#: What to say of a key that a file of 0.1.0 may hold, by its name.
KEYS: dict[str, str] = {
    "rhetoric": f"{_GONE}: public shaming was not found to move anybody",
    "leverage_start": f"{_GONE}: leverage is that of the last day, until which members hold out",
    "leverage_power": f"{_GONE}: leverage is that of the last day, until which members hold out",
    "tolerance_start": f"{_GONE}: what the demander can live with follows from the text in force",
    "tolerance_end": f"{_GONE}: what the demander can live with follows from the text in force",
    "capability_need_pct_gdp": f"{_GONE}: see need_core_pct_gdp for what the demander needs",
    "capability": "is called power since 0.2",
    "max_side_letters": "is called most and stands under side_letters since 0.2",
    "reference": "is called in_force since 0.2, the value in the text in force",
    "poll_error_sd": f"{_GONE}: see mediator.knowledge",
    "learning_rate": f"{_GONE}: a refusal bounds what refusing can cost",
    "doubt": f"{_GONE}: a refusal bounds what refusing can cost",
    "demander_weight": f"{_GONE}: who tables the text has a value of it",
    "acceptance_scale": f"{_GONE}: odds follow from private luck",
    "temperature": f"{_GONE}: the mediator looks for the best text",
    "cooling": f"{_GONE}: the mediator looks for the best text",
    "pool_size": f"{_GONE}: the mediator looks for the best text",
    "moves_per_round": f"{_GONE}: the text comes as far as the demander goes along",
    "letters_rounds_left": f"{_GONE}: side letters are talked about on the last day",
    "letters_patience": f"{_GONE}: side letters are talked about on the last day",
    "letters_most_objectors": f"{_GONE}: side letters are talked about on the last day",
    "tolerance": f"{_GONE}: what refusing costs stands under coefficients.refusing",
    "burden": f"{_GONE}: what a pledge costs stands under coefficients.pledge",
}
#: The new name of a key that meant something else in other places, by its place.
RENAMED: dict[tuple[str | int, ...], str] = {
    ("us",): "demander",
    ("members",): "parties",
    ("demander", "member"): "party",
}
#: What to say of a word that a file of 0.1.0 may hold where one of a few is wanted.
WORDS: dict[str, str] = {
    "burden": "burden is called pledge since 0.2",
    "straw_polls": "straw polls are gone since 0.2",
    "objections": "objections alone are called public since 0.2",
    "full": "full is called all since 0.2",
}
