package graph

// Codes of gaps that no API gave: what sgexport itself found wrong. docs/gaps.md
// says of each what it means and what to do.
const (
	// Of accounts, where others could be read.
	CodeCredentials = "Credentials" // AWS does not take its credentials, or there are none
	CodeUnreachable = "Unreachable" // AWS cannot be asked who is calling
	// Of a region.
	CodeNothingOffered = "NothingOffered" // it is said not to offer any list

	// Of calls.
	CodeConnection       = "ConnectionError"  // the service could not be reached
	CodeNoSuchHost       = "NoSuchHost"       // there is no such endpoint
	CodeTimeout          = "Timeout"          // no complete answer came in time
	CodeThrottled        = "Throttled"        // it was throttled all the while
	CodeTooManyRedirects = "TooManyRedirects" // it was sent on and on
	CodeAnswerTooLarge   = "AnswerTooLarge"   // the answer is larger than any should be
	CodeEndlessPages     = "EndlessPages"     // the pages do not end
	CodeNoAnswer         = "NoAnswer"         // the answer lacks what it must have
	CodeUnreadableAnswer = "UnreadableAnswer" // the answer is not the API's

	// Of lists.
	CodeNoIdentity         = "NoIdentity"         // an item does not say what it is
	CodeOddARN             = "OddARN"             // an item has an ARN that is none of its kind
	CodeOtherRegion        = "OtherRegion"        // an item is of another region
	CodeSameID             = "SameID"             // two items have one id, and say different things
	CodeUnreadableTime     = "UnreadableTime"     // a time is not between the years 1 and 9999
	CodeTooLarge           = "TooLarge"           // a value is larger than what a snapshot holds of one resource
	CodeUnreadableDocument = "UnreadableDocument" // the document that resources stand in cannot be read
	CodeParentNotListed    = "ParentNotListed"    // not all that has such resources could be listed; it was not asked for the rest

	// Of descriptions, compared with the list.
	CodeOtherResource = "OtherResource" // it is about another resource
	CodeThinAnswer    = "ThinAnswer"    // it says less than the list does
	CodeStaleAnswer   = "StaleAnswer"   // it is older than the list, or contradicts it
	CodeStillListed   = "StillListed"   // it says that what the list names is gone
	CodeNotIndexed    = "NotIndexed"    // Search alone knows it, and does not have it yet
)
