import SignalGenerator
import Strategies

/// The signal generator of this package's programs: the strategies that come with it.
public typealias BuiltInSignalGenerator = SignalGenerator<BuiltInStrategies>
