"""Which question gets which answer: from a request's path, method and flags to a document (Protocol §3 to §9)."""
