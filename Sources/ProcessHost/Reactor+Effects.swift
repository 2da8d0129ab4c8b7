import ActorKit
import Colony
import HostKit
import Platform
import Records
import Wire
import ZeroMQ

/// Carries out what a turn wants done, in its order.
extension Reactor {
  mutating func carryOut() throws(HostError) {
    refused.reset()
    var sentNanos: Int64 = 0
    for index in host.outgoing.effects.indices {
      switch host.outgoing.effects[index] {
      case .transmit(let transmission):
        // After the record is stored: the time it took is not the network's.
        if sentNanos == 0 { sentNanos = Clock.wallNanos() }
        host.stampSent(transmission, wallNanos: sentNanos)
        try transmit(transmission)
      case .append(let flushing): try append(flushing: flushing)
      case .pass(let point): CrashPoints.reach(point)
      case .log(let level, let event, let text): log.write(level, event, text)
      case .readRows(let after, let count): reading = read(after: after, atMost: count)
      case .saveSnapshot: try saveSnapshot()
      case .keepJournal: try keepJournal()
      case .writeStatistics: writeStatistics()
      case .leaveIfUnsupervised: leaveIfUnsupervised()
      case .stop(let reason):
        log.write(.info, "stop", reason)
        isStopping = true
      }
    }
    try follow()
    for (transmission, reason) in refused.all { host.noteRefused(transmission, reason) }
  }

  private mutating func transmit(_ transmission: Transmission) throws(HostError) {
    if let reason = refused.reason(transmission.outlet) { return refused.add(transmission, reason) }
    let outcome: SendOutcome
    switch transmission.outlet {
    case .topic(let topic): outcome = send(transmission, to: .topic(host.topicNames[topic]))
    case .link(let link): outcome = send(transmission, to: .link(link))
    case .caller(let handle):
      guard let route = host.caller(handle) else { return refused.add(transmission, .noPeer) }
      outcome = send(transmission, to: .caller(route))
    case .device: outcome = try writeToDevice(transmission)
    }
    switch outcome {
    case .sent: break
    case .backPressured: refused.add(transmission, .backPressured)
    case .noPeer: refused.add(transmission, .noPeer)
    }
  }

  private func send(_ transmission: Transmission, to way: HostSockets.Way) -> SendOutcome {
    switch transmission.arena {
    case .core:
      sockets.send(host.effects.frames.span(from: transmission.offset, count: transmission.count), to: way)
    case .host:
      sockets.send(host.outgoing.frames.span(from: transmission.offset, count: transmission.count), to: way)
    }
  }

  private mutating func writeToDevice(_ transmission: Transmission) throws(HostError) -> SendOutcome {
    guard !hasDeviceEnded, var open = device else { return .noPeer }
    defer { device = open }
    do throws(DeviceError) {
      let isTaken =
        switch transmission.arena {
        case .core:
          try open.write(host.effects.frames.span(from: transmission.offset, count: transmission.count))
        case .host:
          try open.write(host.outgoing.frames.span(from: transmission.offset, count: transmission.count))
        }
      return isTaken ? .sent : .backPressured
    } catch {
      throw .device(error)
    }
  }
}

// MARK: - The journal

extension Reactor {
  private mutating func append(flushing: Bool) throws(HostError) {
    do throws(JournalError) { try journal.append(host.record, flushing: flushing) } catch {
      throw journalFailed(error)
    }
    owesFollowing = true
  }

  /// Once a turn's messages have left, or a snapshot is wanted.
  private mutating func follow() throws(HostError) {
    guard owesFollowing else { return }
    owesFollowing = false
    do throws(JournalError) { try journal.follow(host.record) } catch { throw journalFailed(error) }
  }

  /// What a failed write leads to: the process ends with exit code 74.
  ///
  /// That is the one policy that needs no proof. Nothing of the turn has been told to anyone, its inputs are
  /// not acknowledged, and a failed write is never retried, because what the disk holds is unknown. To go on
  /// with cancels alone would mean to act on a state that the next incarnation will not have. The supervisor
  /// starts it again; if the trouble lasts, a core that runs without a journal then boots impaired, is seen
  /// to be, and cancels.
  mutating func journalFailed(_ error: JournalError) -> HostError {
    log.write(.error, "journal", "\(error)")
    if error.isDiskFull, Core.runsWithoutJournal, DiskReserve(configuration).free() {
      log.write(.error, "journal", "the disk reserve is given up, so that the next start finds room")
    }
    return .journal(error)
  }

  /// What can be read up to the first row that cannot; a reader asks again from there, and is told.
  private mutating func read(after: Int64, atMost: Int) -> JournalReading {
    var reading = JournalReading()
    do throws(JournalError) {
      _ = try journal.forEachRow(after: after, limit: atMost) { row, body in
        reading.rows.append((row, body.copiedBytes()))
      }
    } catch {
      log.write(.error, "replay", "\(error)")
      reading.trouble = "\(error)"
    }
    return reading
  }

  /// Keeps the write-ahead log small.
  private mutating func keepJournal() throws(HostError) {
    guard journal.needsCheckpoint else { return }
    do throws(JournalError) { try journal.checkpoint() } catch { throw journalFailed(error) }
  }

  private mutating func saveSnapshot() throws(HostError) {
    try follow()
    var writer = SnapshotWriter()
    host.core.save(into: &writer)
    do throws(JournalError) {
      try journal.saveSnapshot(of: writer.bytes.span.bytes, wallNanos: host.turnTime.wall)
    } catch {
      throw journalFailed(error)
    }
  }
}

// MARK: - Beside the turn

extension Reactor {
  /// Has this incarnation's statistics file replaced, so that a kill loses at most the last second.
  private mutating func writeStatistics() {
    if let failure = statisticsFile.takeFailure() { log.write(.error, "statistics", "\(failure)") }
    if isStopping { statisticsFile.writeNow(host.figures()) } else { statisticsFile.write(host.figures()) }
  }

  private mutating func leaveIfUnsupervised() {
    guard let place = configuration.place else { return }
    do throws(FileError) {
      let entry = try ColonyRegistry(runtimeDirectory: place.runtimeDirectory)
        .entry(folder: configuration.runFolder, host: place.host)
      guard try entry?.isSupervised != true else { return }
    } catch {
      // Who cannot tell stays: a supervised program that leaves is started again for nothing.
      log.write(
        .warning, "registry", "it cannot be told whether anybody supervises this program: \(error)")
      return
    }
    log.write(.info, "end", "the session has ended and nobody supervises this program")
    isStopping = true
  }
}
