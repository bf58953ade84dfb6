// Command sgexport takes the SageMaker inventory of an AWS account once and
// writes it as a graph in several formats. Each command has a file of its own;
// app.go joins them and turns errors into exit codes. Start reading there.
package main

import "os"

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
