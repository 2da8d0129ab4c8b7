import Topology

/// The topology's settings of a synthetic market, by a name that is not also the venue's.
typealias SyntheticSettings = SyntheticMarket
