// Asks iam-simulate: {"name", "simulation"} on each line of stdin, {"name", "result"} or {"name", "error"} on each of stdout.
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.argv[2] + '/package.json'))
const { runSimulation } = await import(pathToFileURL(require.resolve('@cloud-copilot/iam-simulate')))

for await (const line of createInterface({ input: process.stdin })) {
  const { name, simulation } = JSON.parse(line)
  const answer = await runSimulation(simulation, { simulationMode: 'Strict' })
  const out = answer.resultType === 'error' ? { name, error: answer.errors } : { name, result: answer.overallResult, ignored: answer.result?.ignoredContextKeys }
  console.log(JSON.stringify(out))
}
