"""The negotiation as a Mesa model: members that hold out, a mediator that learns."""
