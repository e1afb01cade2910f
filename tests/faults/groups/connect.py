"""No connection, or none that can be trusted."""

from tests.faults.fault import Fault
from tests.faults.stages.demo import chaos
from tests.faults.stages.proxy import dead_proxy
from tests.faults.stages.resolver import failing_names, slow_names
from tests.faults.stages.tls import certificate

CONNECT = (
    Fault("connection refused", chaos("refuse"), says="refused the connection"),
    Fault("SYN dropped", chaos("drop"), says="did not answer the connection in time", settles=20),
    Fault("DNS fails", failing_names, says="its name has no address"),
    Fault("DNS slow", slow_names, says="waiting for an answer|did not answer", patience=70, settles=30),
    Fault("TLS: untrusted authority", certificate("untrusted"), says="certificate that is not trusted"),
    Fault("TLS: expired", certificate("expired"), says="certificate has expired"),
    Fault("TLS: another host's", certificate("elsewhere"), says="certificate that is not trusted .*(mismatch|not valid for)"),
    Fault("proxy dead", dead_proxy, says="through the proxy of"),
)
