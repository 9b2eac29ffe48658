import CZlib
import Testing
import Units

@testable import Services

@Suite("trace errors")
struct TraceErrorTests {
  private func fault(
    in bytes: [UInt8], _ layout: ReplayConfig.Layout, columns: [String] = [], interval: Time = .minutes(1)
  ) throws -> TraceError? {
    let file = try TraceFixture(bytes: bytes)
    return fault(path: file.path, layout, columns: columns, interval: interval)
  }

  private func fault(
    path: String, _ layout: ReplayConfig.Layout, columns: [String] = [], interval: Time = .minutes(1)
  ) -> TraceError? {
    do {
      _ = try Trace.check(path: path, layout: layout, interval: interval, columns: columns)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "garbage is found at its line and column",
    arguments: [
      (.intervals, "", 1, 1, "an empty file"),
      (.intervals, "minute,a\n", 2, 1, "the end of the file"),
      (.intervals, "0,5\n1,5\n", 1, 1, "numbers and no header"),
      (.intervals, "minute\n0\n", 1, 1, "a header of one cell"),
      (.intervals, "minute,a,b,a\n0,1,1,1\n", 1, 12, "the column \"a\" again"),
      (.intervals, "minute,a\n0,x\n", 2, 3, "\"x\""),
      (.intervals, "minute,a\n0,-5\n", 2, 3, "\"-5\""),
      (.intervals, "minute,a\n0,1.5\n", 2, 3, "\"1.5\""),
      (.intervals, "minute,a\n0,1e3\n", 2, 3, "\"1e3\""),
      (.intervals, "minute,a\n0,nan\n", 2, 3, "\"nan\""),
      (.intervals, "minute,a\n0, 5\n", 2, 3, "\" 5\""),
      (.intervals, "minute,a,b\n0,,1\n", 2, 3, "an empty cell"),
      (.intervals, "minute,a\n0,2147483649\n", 2, 3, "2147483649"),
      (.intervals, "minute,a\n0,99999999999999999999\n", 2, 3, "99999999999999999999"),
      (.intervals, "minute,a,b\n0,1\n", 2, 4, "2 cells"),
      (.intervals, "minute,a,b\n0,1,2,3\n", 2, 7, "4 cells"),
      (.intervals, "minute,a\n0,1\n\n2,1\n", 3, 1, "an empty line"),
      (.intervals, "minute,a\n0,1\n5,1\n4,1\n", 4, 1, "interval 4 after 5"),
      (.intervals, "minute,a\n0,1\n0,1\n", 3, 1, "interval 0 after 0"),
      (.intervals, "minute,a\nx,1\n", 2, 1, "\"x\""),
      (.intervals, "minute,a\n0,\"1\n", 2, 3, "a quote that is not closed"),
      (.intervals, "minute,a\n0,\"1\"2\n", 2, 6, "text after a closing quote"),
      (.intervals, "minute,a\n0,1\"2\"\n", 2, 4, "a quote inside a cell"),
      (.intervals, "minute,a\n0,1\u{0}\n", 2, 4, "a byte of value 0"),
      (.functions, "function,1,2\nf,1\n", 2, 4, "2 cells"),
      (.functions, "function,1,2\nf,1,2,\n", 2, 7, "4 cells"),
      (.functions, "function,1,3\nf,1,2\n", 1, 1, "no columns 1, 2, 3 .. to the end"),
      (.functions, "function,a,b\nf,1,2\n", 1, 1, "no columns 1, 2, 3 .. to the end"),
      (.functions, "1,2,3\n1,2,3\n", 1, 1, "numbers and no header"),
      (.functions, "owner,app,1,2\nf,1,2,3\n", 1, 1, "2 columns before column 1, none called function"),
      (.functions, "function,1,2\nf,1,2\ng,1,b\n", 3, 5, "\"b\""),
      (.functions, "function,1,2\n\n", 2, 1, "an empty line"),
      (.functions, "function,1\n", 2, 1, "the end of the file"),
      (.functions, "", 1, 1, "an empty file"),
      (.arrivals, "", 1, 1, "an empty file"),
      (.arrivals, "time_s\n", 2, 1, "the end of the file"),
      (.arrivals, "0.5\n1\n", 1, 1, "numbers and no header"),
      (.arrivals, "time,target\n1,a\n", 1, 1, "\"time,target\""),
      (.arrivals, "time_s\n1\nabc\n", 3, 1, "\"abc\""),
      (.arrivals, "time_s\n1\n-2\n", 3, 1, "\"-2\""),
      (.arrivals, "time_s\n1\n1.2.3\n", 3, 1, "\"1.2.3\""),
      (.arrivals, "time_s\n1\n.\n", 3, 1, "\".\""),
      (.arrivals, "time_s\n1\n1e\n", 3, 1, "\"1e\""),
      (.arrivals, "time_s\n1\ninf\n", 3, 1, "\"inf\""),
      (.arrivals, "time_s\n1\n1e99\n", 3, 1, "1e99"),
      (.arrivals, "time_s\n1\n9300000000\n", 3, 1, "9300000000"),
      (.arrivals, "time_s\n2\n1.5\n", 3, 1, "1500 ms after 2 s"),
      (.arrivals, "time_s\n2,a\n", 2, 3, "2 cells"),
      (.arrivals, "time_s,target\n2\n", 2, 2, "1 cell"),
      (.arrivals, "time_s,target\n\n", 2, 1, "an empty line"),
    ] as [(ReplayConfig.Layout, String, Int, Int, String)])
  func garbage(layout: ReplayConfig.Layout, text: String, line: Int, column: Int, found: String) throws {
    let error = try #require(try fault(in: Array(text.utf8), layout))
    #expect((error.line, error.column) == (line, column))
    #expect(error.found == found)
    #expect(!error.wanted.isEmpty && !error.fix.isEmpty)
  }

  @Test("the largest allowed count, leading zeros and quotes are no errors")
  func allowed() throws {
    let text = "minute,a,b\n0,2147483648,000000000000000000007\n7,\"5\",0"
    #expect(try fault(in: Array(text.utf8), .intervals) == nil)
  }

  @Test("an error in row 70,000 is reported there, also behind gzip")
  func farDown() throws {
    var text = "minute,a\n"
    for minute in 0..<80_000 { text += minute == 69_998 ? "69998,oops\n" : "\(minute),1\n" }
    for gzip in [false, true] {
      let file = try TraceFixture(text, gzip: gzip)
      let error = try #require(fault(path: file.path, .intervals))
      #expect((error.line, error.column, error.found) == (70_000, 7, "\"oops\""))
      #expect(error.description.hasPrefix("\(file.path):70000:7: found \"oops\", wanted a whole number"))
    }
  }

  @Test("a column or target that nobody has is named")
  func unknownNames() throws {
    let intervals = try #require(try fault(in: Array("minute,a,b\n0,1,1\n".utf8), .intervals, columns: ["a", "z"]))
    #expect((intervals.line, intervals.found) == (1, "no \"z\""))
    let functions = try #require(try fault(in: Array("function,1\nf,1\n".utf8), .functions, columns: ["g"]))
    #expect((functions.line, functions.found, functions.wanted) == (0, "no \"g\"", "one of f"))
    let rows = Array("time_s,target\n0,a\n1,b\n".utf8)
    let arrival = try #require(try fault(in: rows, .arrivals, columns: ["a"]))
    #expect((arrival.line, arrival.column, arrival.found) == (3, 3, "\"b\""))
    let header = try #require(try fault(in: Array("time_s\n0\n".utf8), .arrivals, columns: ["a"]))
    #expect((header.line, header.found) == (1, "no column target"))
    let twice = try #require(try fault(in: rows, .arrivals, columns: ["a", "a"]))
    #expect(twice.line == 0)
  }

  @Test("a trace longer than the clock is refused")
  func tooLong() throws {
    let intervals = Array("minute,a\n0,1\n100000000,1\n".utf8)
    #expect(try fault(in: intervals, .intervals)?.line == nil)
    #expect(try fault(in: intervals, .intervals, interval: .days(1))?.line == 3)
    #expect(try fault(in: Array("function,1,2\nf,1,1\n".utf8), .functions, interval: .days(90_000))?.line == 1)
  }

  @Test("a file that is missing, a directory or a device is refused")
  func notAFile() {
    #expect(fault(path: "/nonexistent/trace.csv", .intervals)?.found == "no such file")
    #expect(fault(path: "/", .intervals)?.found == "a directory")
    #expect(fault(path: "/dev/null", .intervals)?.found == "neither a file nor a directory")
    #expect(fault(path: "/", .intervals)?.description.hasPrefix("/:1:1: found a directory") == true)
  }

  @Test("gzip data that is cut off or damaged is refused")
  func damagedGzip() throws {
    var text = "minute,a\n"
    for minute in 0..<20_000 { text += "\(minute),\(minute &* 7_919 % 1_000)\n" }
    let whole = try TraceFixture.gzipped(text)
    #expect(try fault(in: whole, .intervals) == nil)
    for length in [whole.count - 1, whole.count - 8, whole.count / 2, 40] {
      let error = try #require(try fault(in: Array(whole.prefix(length)), .intervals))
      #expect(error.found == "the end of the file within gzip data")
      #expect(error.line >= 1 && error.column >= 1)
    }
    var flipped = whole
    flipped[whole.count / 2] ^= 0x55
    #expect(try fault(in: flipped, .intervals) != nil)
    var wrongSum = whole
    wrongSum[whole.count - 6] ^= 1
    #expect(try fault(in: wrongSum, .intervals)?.found == "damaged gzip data")
  }

  @Test("a line of more than 16 MB is refused, one of 16 MB is read")
  func longLine() throws {
    let limit = 16 << 20
    let header = Array("minute,".utf8)
    let longest = header + [UInt8](repeating: UInt8(ascii: "a"), count: limit - header.count)
    #expect(try fault(in: longest + Array("\n0,1\n".utf8), .intervals) == nil)
    let error = try #require(try fault(in: longest + Array("a\n0,1\n".utf8), .intervals))
    #expect((error.line, error.column, error.found) == (1, limit + 1, "a line of more than 16 MB"))
  }

  @Test("text that is not UTF-8 is refused where a name is read")
  func notUnicode() throws {
    let error = try #require(try fault(in: Array("minute,a".utf8) + [0xFF, 0x0A], .intervals))
    #expect((error.line, error.column) == (1, 8))
  }

  @Test(
    "the layout is read off the header",
    arguments: [
      ("time_s", .arrivals), ("time_s,target", .arrivals), ("minute,requests", .intervals),
      ("\"second\",a,b", .intervals),
      ("function,1,2,3", .functions), ("HashOwner,HashApp,HashFunction,Trigger,1,2", .functions), ("f,1", .functions),
      ("f,1,3", .intervals), ("minute", nil), ("1,2,3", nil), ("", nil), ("0.5,a", nil),
    ] as [(String, ReplayConfig.Layout?)])
  func layouts(header: String, layout: ReplayConfig.Layout?) {
    #expect(Trace.layout(ofHeader: header) == layout)
  }
}
