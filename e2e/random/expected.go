package main
func writeExpected(string, any) error { return nil }
