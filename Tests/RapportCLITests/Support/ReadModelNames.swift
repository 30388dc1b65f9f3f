/// The read models that there are, in the order in which they are listed.
let readModelNames = ["profile", "leads", "pipeline", "orders", "cases", "satisfaction", "privacy", "search"]
