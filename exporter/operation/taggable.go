package operation

// Taggable reports whether resources of a kind can have tags: whether the
// operation that makes one takes them. noun is the kind's label without
// AWSSageMaker, such as Model. ListTags refuses all others.
//
// It may refuse some of these too, with "Invalid resource type" or because the
// resource is deleted: workforces, and apps that are gone. Such an answer means
// that the resource has no tags.
func Taggable(noun string) bool { return taggableNouns[noun] }
