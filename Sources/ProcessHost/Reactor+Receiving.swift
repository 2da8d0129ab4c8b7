import ActorKit
import HostKit
import Platform
import Wire
import ZeroMQ

/// Takes from sockets and device what has arrived, bounded, and hands it to the host.
extension Reactor {
  /// Slots that every receive uses again.
  struct Mail: ~Copyable {
    var head = Message()
    var body = Message()
    var frames = FrameWriter(capacity: FrameWriter.maxFrame)
  }

  private var arrival: Arrival { Arrival(wallNanos: Clock.wallNanos()) }

  /// What other components answer to our calls.
  mutating func drainLink(_ index: Int, _ mail: inout Mail) {
    var taken = 0
    while host.hasRoom(after: taken) {
      guard case .received(let more) = sockets.links[index].socket.receive(into: &mail.body) else { return }
      // A ROUTER of ours never sends more than one frame here.
      if more {
        host.noteMalformed()
        taken += 1
      } else {
        taken += host.takeFromLink(index, mail.body.bytes, arrival)
      }
    }
  }

  /// Requests of anyone, sessions among them.
  mutating func drainControl(_ mail: inout Mail) {
    var taken = 0
    while host.hasRoom(after: taken) {
      switch sockets.control.receive(identity: &mail.head, body: &mail.body) {
      case .empty: return
      case .malformed:
        host.noteMalformed()
        taken += 1
      case .received(let delimited):
        taken += host.takeFromCaller(mail.head.bytes, isDelimited: delimited, mail.body.bytes, arrival)
      }
    }
  }

  /// Published messages. Whether there is nothing more.
  mutating func drainStream(isMarket: Bool, _ mail: inout Mail) -> Bool {
    for _ in 0..<HostCore<Core>.batchLimit where host.hasRoom {
      let outcome =
        isMarket
        ? sockets.marketStream.receive(topic: &mail.head, body: &mail.body)
        : sockets.otherStream.receive(topic: &mail.head, body: &mail.body)
      switch outcome {
      case .empty: return true
      case .malformed: host.noteMalformed()
      case .received:
        host.takePublished(topic: mail.head.bytes, mail.body.bytes, isMarket: isMarket, arrival)
      }
    }
    return false
  }

  /// What the device has, while it has something.
  mutating func drainDevice(_ mail: inout Mail) throws(HostError) {
    guard host.device.isAttached, !hasDeviceEnded, var open = device else { return }
    // The host may have learned in this very turn that the market has started.
    guard watch.isReady(.device) || open.nextWake.isDue(at: host.turnTime) else { return }
    defer { device = open }
    for _ in 0..<HostCore<Core>.batchLimit where host.hasRoom {
      mail.frames.reset()
      let reading: DeviceReading
      do throws(DeviceError) {
        reading = try open.read(at: host.turnTime, into: &mail.frames)
      } catch {
        throw .device(error)
      }
      switch reading {
      case .nothing: return
      case .message where mail.frames.count > 0: host.takeFromDevice(mail.frames.bytes, arrival)
      case .message: break
      case .ended:
        hasDeviceEnded = true
        return host.takeDeviceEnd()
      }
    }
  }
}
