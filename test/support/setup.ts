import { installNetworkGuard } from './network-guard.ts'

// Loaded by mocha before every suite (.mocharc.json): no test of this process can reach another machine.
installNetworkGuard()
