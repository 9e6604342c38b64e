/* The client's side of MQTT 5, as little of it as a benchmark needs: one topic, QoS 0. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-client.h"

G_BEGIN_DECLS

extern const BenchProtocol bench_mqtt;

GBytes *bench_mqtt_new_message (gsize size, guint *n_deliveries);

G_END_DECLS
