/// The read models that there are, in the order in which they are listed.
let readModelNames = [
    "profile", "leads", "pipeline", "orders", "promises", "cases", "satisfaction", "loyalty", "voice",
    "privacy", "search",
]
