import ArgumentParser
import Crypto
import SwiftProtobuf
import Yams
print("hi")
