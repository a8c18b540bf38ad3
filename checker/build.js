// Where the build was before; the build itself is in build/.
import { buildChecker } from './build/build.js'

await buildChecker()
