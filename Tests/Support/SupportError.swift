/// What went wrong in the test kit itself, for the one who reads the test's output.
package struct SupportError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
