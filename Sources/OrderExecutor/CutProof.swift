import Trading
import Vocabulary

/// What an order of lost turns can only have been, and for which intent.
struct CutProof: Sendable {
  let purpose: OrderPurpose
  let intent: IntentID
}
