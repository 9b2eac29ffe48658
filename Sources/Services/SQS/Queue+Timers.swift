import Engine
import Units

// What time does to messages: delays and visibility timeouts end, old messages go. All messages of a queue have the
// same patience, so one timer serves each of the three.
extension Queue {
  /// Messages whose delay is over arrive, those of one instant together.
  mutating func delayTimer(_ run: inout Run<Event>) {
    var first: UInt32 = .max
    var last: UInt32 = .max
    var count = 0
    var rearm = Time.never
    search: while true {
      switch delays.expire(at: run.now, in: messages) {
      case .idle: break search
      case .rearm(let due):
        rearm = due
        break search
      case .expired(let message):
        if last == .max { first = message } else { messages[last].companion = message }
        last = message
        count &+= 1
      }
    }
    if rearm < .never { run.schedule(.queue(index, .delayTimer), at: rearm) }
    guard count > 0 else { return }
    delayedCount &-= count
    visibleCount &+= count
    run.recorder.change(records.delayed, by: -Int64(count), at: run.now)
    run.recorder.change(records.visible, by: Int64(count), at: run.now)
    arrive(first, &run)
  }

  /// Messages in flight whose visibility timeout is over can be received again.
  mutating func visibilityTimer(_ run: inout Run<Event>) {
    var count = 0
    search: while true {
      switch visibility.expire(at: run.now, in: messages) {
      case .idle: break search
      case .rearm(let due):
        run.scheduleLimit(.queue(index, .visibilityTimer), at: due)
        break search
      case .expired(let message):
        messages[message].state = .visible
        count &+= 1
        if isFifo {
          let group = messages[message].group
          groups.slab[group].inFlight &-= 1
          groups.update(group)
        } else {
          visible.append(message, in: messages)
        }
      }
    }
    inFlight &-= count
    visibleCount &+= count
    run.recorder.change(records.notVisible, by: -Int64(count), at: run.now)
    run.recorder.change(records.visible, by: Int64(count), at: run.now)
  }

  /// Messages older than the retention period go, wherever they are.
  mutating func retentionTimer(_ run: inout Run<Event>) {
    while ages.oldest != .max {
      let due = messages[ages.oldest].sent + config.messageRetentionPeriod
      if due > run.now { return run.scheduleLimit(.queue(index, .retentionTimer), at: due) }
      run.recorder.count(records.expired)
      remove(ages.oldest, &run)
    }
    isRetentionArmed = false
  }

  /// CloudWatch reads the age of the oldest message once a minute, while there is one.
  mutating func sample(_ run: inout Run<Event>) {
    guard ages.oldest != .max else {
      isSampleArmed = false
      return
    }
    run.recorder.record(records.age, (run.now - messages[ages.oldest].sent).nanoseconds)
    noteAge(of: ages.oldest, &run)
    run.schedule(.queue(index, .sample), after: .minutes(1))
  }

  /// Notes the age of a message if it is the oldest one: the largest age is that of a message that leaves.
  @inline(__always) mutating func noteAge(of message: UInt32, _ run: inout Run<Event>) {
    guard message == ages.oldest, run.recorder.isRecording else { return }
    let age = run.now - messages[message].sent
    if age > peakAge { peakAge = age }
  }
}
