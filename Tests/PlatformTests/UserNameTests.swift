import Platform
import Testing

@Suite struct UserNameTests {
  @Test("The user database names the superuser, and not an id that nobody has")
  func ofTheDatabase() {
    #expect(UserName.ofDatabase(0) == "root")
    #expect(UserName.ofDatabase(3_999_999_999) == nil)
    #expect(!UserName.current.isEmpty && UserName.number.hasPrefix("uid "))
  }
}
