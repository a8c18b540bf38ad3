import './says-that-its-port-is-in-use.js'

process.emitWarning('new', 'ExperimentalWarning')
