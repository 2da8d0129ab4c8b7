extension RandomAccessCollection where Index == Int {
  /// Index of the first element for which it is true, and from which on it is true for all.
  @inlinable public func lowestIndex(where isAbove: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isAbove(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
