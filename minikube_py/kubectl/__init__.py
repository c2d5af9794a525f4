"""What kubectl does. A verb is one file in `cmd`; nothing here knows where the cluster lives."""
