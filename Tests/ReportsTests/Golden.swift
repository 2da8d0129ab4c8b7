extension PrintingTests {
  /// What `smallRun` becomes, checked by hand: bought 2 at 100, sold 1.5 at 104, fees 0.356.
  static let golden = """
    {
      "run": "run-1",
      "mode": "paper",
      "seed": 18446744073709551615,
      "speed": 10.0,
      "endedAsAsked": true,
      "endReason": "duration",
      "endedOtherwise": {},
      "kills": [],
      "sessionSeconds": 30.00025,
      "marketEvents": 500,
      "signals": 42,
      "signalsRefused": {
        "position": 3
      },
      "ordersSent": 4,
      "ordersRejected": {},
      "ordersDenied": {
        "noPermit": 4
      },
      "cancels": 1,
      "cancelsRejected": {},
      "fills": 3,
      "accounts": [
        {
          "account": "main",
          "instruments": [
            {
              "instrument": "BTCUSDT.SIM",
              "fills": 3,
              "position": "0.5",
              "averagePrice": "100",
              "markPrice": "104",
              "markSource": "lastTrade",
              "realizedPnl": "6",
              "unrealizedPnl": "2",
              "fees": "0.356",
              "netPnl": "7.644"
            }
          ],
          "cash": {
            "BTC": "50.5",
            "USDT": "9955.644"
          }
        }
      ],
      "reconciled": true,
      "reconciliation": {
        "orders": {
          "ok": true,
          "executor": 4,
          "venue": 4,
          "differenceCount": 0,
          "differences": []
        },
        "fills": {
          "ok": true,
          "executor": 3,
          "venue": 3,
          "differenceCount": 0,
          "differences": []
        },
        "positions": {
          "ok": true,
          "executor": {
            "main": {
              "BTCUSDT.SIM": "0.5"
            }
          },
          "venue": {
            "main": {
              "BTCUSDT.SIM": "0.5"
            }
          },
          "differenceCount": 0,
          "differences": []
        },
        "cash": {
          "ok": true,
          "executor": {
            "main": {
              "BTC": "50.5",
              "USDT": "9955.644"
            }
          },
          "venue": {
            "main": {
              "BTC": "50.5",
              "USDT": "9955.644"
            }
          },
          "differenceCount": 0,
          "differences": []
        }
      },
      "restarts": {
        "count": 1,
        "byComponent": {
          "signal": 1
        },
        "events": [
          {
            "component": "signal",
            "atNanos": 1700000000000000000,
            "status": "ended by signal 9"
          }
        ]
      },
      "anomalies": {
        "duplicate": 0,
        "hole": 1
      },
      "safetyEvents": 0,
      "failsafeActivations": 0,
      "interruptions": 1,
      "degradations": {},
      "alarms": {
        "orderStuck": 1
      },
      "refusedFrames": {
        "risk": {
          "tooShort": 1
        }
      },
      "latencyMicros": {
        "tickToVenue": {
          "count": 1,
          "p50": 221.0,
          "p99": 221.0,
          "p999": 221.0
        },
        "perHop": {
          "feed→signal": {
            "count": 2,
            "p50": 50.2,
            "p99": 52.0,
            "p999": 52.0
          },
          "signal→risk": {
            "count": 0,
            "p50": null,
            "p99": null,
            "p999": null
          },
          "risk→executor": {
            "count": 0,
            "p50": null,
            "p99": null,
            "p999": null
          },
          "executor→venue": {
            "count": 1,
            "p50": 61.0,
            "p99": 61.0,
            "p999": 61.0
          }
        }
      },
      "processes": [
        {
          "component": "venue",
          "epoch": 1,
          "cpuSeconds": 0.25,
          "residentBytes": 8192
        },
        {
          "component": "feed",
          "epoch": 1
        },
        {
          "component": "signal",
          "epoch": 1
        },
        {
          "component": "signal",
          "epoch": 2
        },
        {
          "component": "risk",
          "epoch": 1
        },
        {
          "component": "executor",
          "epoch": 1
        },
        {
          "component": "queen",
          "epoch": 1
        }
      ]
    }
    """

  static let goldenText = """
    Run run-1 (paper, seed 18446744073709551615, speed 10.0), 30 s live, ended: duration
      market events 500   signals 42   orders 4   cancels 1   fills 3
      signals refused: position 3
      orders denied: noPermit 4
    Account main
                   position  average  mark  realized  unrealized    fees     net
      BTCUSDT.SIM       0.5      100   104    6.0000      2.0000  0.3560  7.6440
      cash 50.5 BTC   9955.644 USDT
    Books RECONCILED with the venue: 4 orders, 3 fills, positions and cash agree
      restarts: signal 1
      anomalies: hole 1
      alarms: orderStuck 1
      session: interruptions 1
      frames refused by risk: tooShort 1
      latency, µs     count    p50    p99  p99.9
      tick→venue          1  221.0  221.0  221.0
      feed→signal         2   50.2   52.0   52.0
      executor→venue      1   61.0   61.0   61.0
    """
}
