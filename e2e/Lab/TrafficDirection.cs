namespace E2E.Lab;

public enum TrafficDirection
{
    FromClient,
    ToClient,
}
